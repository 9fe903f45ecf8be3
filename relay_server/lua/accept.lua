-- A new job: claim its idempotency key and write its record, or say why not.
-- ARGV: id, user, idempotency key, its ms, most waiting jobs, most of one user or 0, graph, secret,
--       secret's ms, lists it stands in (JSON), needs (JSON), max wait in ms or 0, the token with
--       which our process dispatches or '', then the record's fields and values
-- Answers {why not, detail}, or {'created', fields and values, its place, size of its queue, what
-- the dispatcher goes by: as `seen`, or {} if it is another process or if other jobs wait too}
local id, user, idem = ARGV[1], ARGV[2], ARGV[3]

local function accepted(look)
  local queue = key('waiting', field(id, 'class'), field(id, 'needs'))
  local rank = redis.call('ZRANK', queue, id)
  return { 'created', redis.call('HGETALL', key('job', id)),
    rank and rank + 1 or 0, redis.call('ZCARD', queue), look }
end

if redis.call('EXISTS', key('job', id)) == 1 then
  return accepted({}) -- the same call, sent twice because its answer was lost
end
if idem ~= '' then
  local other = redis.call('GET', key('idem', user, idem))
  if other then
    return { 'reuse', other }
  end
end
local waiting = redis.call('ZCARD', key('waiting'))
if waiting >= tonumber(ARGV[5]) then
  return { 'full', tostring(waiting) }
end
local of_user, most = redis.call('ZCARD', key('waiting_of', user)), tonumber(ARGV[6])
if most > 0 and of_user >= most then
  return { 'full_user', tostring(of_user) }
end
local record = {}
for i = 14, #ARGV, 2 do
  record[ARGV[i]] = ARGV[i + 1]
end
if redis.call('HEXISTS', key('quarantine'), record.shape) == 1 then
  return { 'quarantined', record.shape }
end
redis.call('HSET', key('job', id), unpack(ARGV, 14))
take_files(id, record.files)
set(id, 'lists', ARGV[10], 'id', id, 'user', user, 'seq', redis.call('INCR', key('seq')),
  'created_ms', now, 'status', 'queued', 'phase', 'waiting', 'claim', '', 'host', '', 'attempt', 0)
redis.call('SET', key('graph', id), ARGV[7])
redis.call('SET', key('needs', record.needs), ARGV[11], 'NX')
if ARGV[8] ~= '' then
  redis.call('SET', key('secret', id), ARGV[8], 'PX', ARGV[9])
end
if ARGV[12] ~= '0' then
  redis.call('ZADD', key('max_waits'), now + tonumber(ARGV[12]), id)
end
redis.call('ZADD', key('jobs_of', user), now, id)
redis.call('ZADD', key('jobs_of', '*'), now, id)
for _, digest in ipairs(cjson.decode(ARGV[10])) do
  redis.call('ZADD', key('jobs_with', user, digest), now, id)
end
if idem ~= '' then
  -- It lives as long as the record, and at least its own time: see `forget_job`.
  redis.call('SET', key('idem', user, idem), id)
  set(id, 'idem', idem, 'idem_until_ms', now + tonumber(ARGV[4]))
end
redis.call('INCR', key('count', 'submitted'))
enter(id, user)
wait_in_lane(id)
publish_status(id)
local leads = ARGV[13] ~= '' and redis.call('GET', key('dispatcher')) == ARGV[13]
return accepted(leads and waiting == 0 and seen(ARGV[13]) or {})
