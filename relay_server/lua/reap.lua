-- The worker of a job is dead: the next attempt continues on the same host, unless too many died.
-- ARGV: fencing token, id, lease ms, how many may die, error if too many did, keep ms.
-- Answers {attempt or 0, host}
local id = ARGV[2]
if redis.call('GET', key('dispatcher')) ~= ARGV[1] then
  return { 0, '' }
end
local f = fields(id, 'status', 'lease_ms', 'host', 'claim')
if not LIVE[f[1]] or f[3] == '' then -- over, or in the lane again: its worker was late, not dead
  redis.call('ZREM', key('leases'), id)
  return { 0, '' }
end
if tonumber(f[2]) > now then
  return { 0, '' }
end
if f[4] ~= '' then
  local g = fields(id, 'attempt', 'attempt_ms')
  redis.call('RPUSH', key('attempts', id), cjson.encode({
    number = tonumber(g[1]), host = f[3], started_ms = tonumber(g[2]), ended_ms = now,
    reason = 'worker_lost' }))
  redis.call('HINCRBY', key('ended'), 'worker_lost', 1)
  set(id, 'attempt_ms', now)
  if tried(id, 'worker_lost') >= tonumber(ARGV[4]) and f[1] ~= 'canceling' then
    redis.call('SADD', key('left_at', f[3]), id) -- its prompt is stopped there
    set(id, 'error', ARGV[5])
    over(id, 'failed', tonumber(ARGV[6]))
    return { 0, '' }
  end
end
local attempt = redis.call('HINCRBY', key('job', id), 'attempt', 1)
set(id, 'claim', '')
lease(id, tonumber(ARGV[3]))
publish_status(id)
return { attempt, f[3] }
