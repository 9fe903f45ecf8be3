-- A new job: claim its idempotency key and write its record, or say why not.
-- ARGV: id, user, idempotency key, its ms, most waiting jobs, graph, secret, secret's ms,
--       metadata (JSON list of digests), needs (JSON), then the record's fields and values
local id, user, idem = ARGV[1], ARGV[2], ARGV[3]

local function accepted()
  local queue = key('waiting', field(id, 'class'), field(id, 'needs'))
  local rank = redis.call('ZRANK', queue, id)
  return { 'created', redis.call('HGETALL', key('job', id)),
    rank and rank + 1 or 0, redis.call('ZCARD', queue) }
end

if redis.call('EXISTS', key('job', id)) == 1 then
  return accepted() -- the same call, sent twice because its answer was lost
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
for i = 11, #ARGV, 2 do
  set(id, ARGV[i], ARGV[i + 1])
end
set(id, 'id', id, 'user', user, 'seq', redis.call('INCR', key('seq')), 'created_ms', now,
  'status', 'queued', 'phase', 'waiting', 'claim', '', 'host', '', 'attempt', 0)
redis.call('SET', key('graph', id), ARGV[6])
redis.call('SET', key('needs', field(id, 'needs')), ARGV[10], 'NX')
if ARGV[7] ~= '' then
  redis.call('SET', key('secret', id), ARGV[7], 'PX', ARGV[8])
end
redis.call('ZADD', key('jobs_of', user), now, id)
for _, digest in ipairs(cjson.decode(ARGV[9])) do
  redis.call('ZADD', key('jobs_with', user, digest), now, id)
end
if idem ~= '' then
  redis.call('SET', key('idem', user, idem), id, 'PX', ARGV[4])
end
redis.call('INCR', key('count', 'submitted'))
wait_in_lane(id)
publish_status(id)
return accepted()
