-- The job is over. ARGV: id, claim, status, outputs, error, keep ms
local id, status = ARGV[1], ARGV[3]
local may = may_write(id, ARGV[2])
if may ~= 'ok' then
  return may
end
set(id, 'outputs', ARGV[4], 'error', ARGV[5])
local f = fields(id, 'attempt', 'host', 'attempt_ms')
redis.call('RPUSH', key('attempts', id), cjson.encode({
  number = tonumber(f[1]), host = f[2], started_ms = tonumber(f[3]), ended_ms = now }))
over(id, status, tonumber(ARGV[6]))
return 'ok'
