-- A worker takes an attempt, once. ARGV: id, attempt, claim, lease ms, newest schema.
-- Answers {'ok', fields and values of the record, graph, secret or ''}, or {why not}
local id = ARGV[1]
local f = fields(id, 'status', 'attempt', 'claim', 'schema')
local graph = redis.call('GET', key('graph', id))
if not LIVE[f[1]] then
  return { 'over' }
end
-- The same claim again is the same call, sent twice because its answer was lost.
if f[2] ~= ARGV[2] or (f[3] ~= '' and f[3] ~= ARGV[3]) then
  return { 'stale' }
end
if not graph or tonumber(f[4]) > tonumber(ARGV[5]) then
  return { 'unreadable' }
end
set(id, 'claim', ARGV[3])
lease(id, tonumber(ARGV[4]))
return { 'ok', redis.call('HGETALL', key('job', id)), graph,
  redis.call('GET', key('secret', id)) or '' }
