-- A worker takes an attempt, once. The first one of a job without files is about to be submitted.
-- ARGV: id, attempt, claim, lease ms, newest schema, keep ms, error of a quarantined job.
-- Answers {'ok', fields and values of the record, graph, secret or '', now, digest of the
-- host's models or ''}, or {why not}
local id = ARGV[1]
local f = fields(id, 'status', 'attempt', 'claim', 'schema', 'shape', 'submitted', 'host', 'files')
local graph = redis.call('GET', key('graph', id))
if not LIVE[f[1]] then
  return { 'over' }
end
-- A job without a host is in the lane again: the wake-up of its last attempt comes too late.
-- The same claim again is the same call, sent twice because its answer was lost.
if f[7] == '' or f[2] ~= ARGV[2] or (f[3] ~= '' and f[3] ~= ARGV[3]) then
  return { 'stale' }
end
if not graph or tonumber(f[4]) > tonumber(ARGV[5]) then
  return { 'unreadable' }
end
-- What an earlier attempt left on this host is being stopped there: the next attempt may come.
if f[2] ~= '1' and redis.call('EXISTS', key('clearing', f[7], id)) == 1 then
  return { 'clearing' }
end
if f[1] == 'queued' and f[6] ~= '1' and redis.call('HEXISTS', key('quarantine'), f[5]) == 1 then
  set(id, 'error', ARGV[7])
  end_attempt(id, 'quarantined')
  over(id, 'failed', tonumber(ARGV[6]))
  return { 'over' }
end
set(id, 'claim', ARGV[3])
lease(id, tonumber(ARGV[4]))
if f[2] == '1' and f[8] == '{}' and f[1] == 'queued' then
  set(id, 'phase', 'on_host', 'submitted', '1')
  publish_status(id)
end
return { 'ok', redis.call('HGETALL', key('job', id)), graph,
  redis.call('GET', key('secret', id)) or '', now,
  redis.call('HGET', key('host', f[7]), 'models') or '' }
