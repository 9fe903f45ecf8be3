-- The same worker tries the job once more on the same host, as an attempt of its own.
-- ARGV: id, claim, reason, lease ms, attempt that ended. Answers {'ok', number of the attempt}, or
-- {why not}
local id, reason = ARGV[1], ARGV[3]
local may = may_write(id, ARGV[2])
if may ~= 'ok' then
  return { may }
end
local f = fields(id, 'status', 'attempt')
if f[1] == 'canceling' then
  return { 'canceling' }
end
if f[2] ~= ARGV[5] then
  return { 'ok', tonumber(f[2]) } -- the same call, sent twice because its answer was lost
end
end_attempt(id, reason)
tried(id, reason)
local attempt = redis.call('HINCRBY', key('job', id), 'attempt', 1)
start_over(id)
set(id, 'phase', 'assigned', 'attempt_ms', now)
redis.call('ZADD', key('host', field(id, 'host'), 'jobs'), now, id)
lease(id, tonumber(ARGV[4]))
publish_status(id)
return { 'ok', attempt }
