-- A worker takes an attempt, once. ARGV: id, attempt, claim, lease ms.
-- Answers {'ok', fields and values of the record, graph, secret or ''}, or {why not}
local id = ARGV[1]
local f = fields(id, 'status', 'attempt', 'claim')
if not LIVE[f[1]] then
  return { 'over' }
end
if f[2] ~= ARGV[2] or f[3] ~= '' then
  return { 'stale' }
end
set(id, 'claim', ARGV[3])
lease(id, tonumber(ARGV[4]))
return { 'ok', redis.call('HGETALL', key('job', id)), redis.call('GET', key('graph', id)),
  redis.call('GET', key('secret', id)) or '' }
