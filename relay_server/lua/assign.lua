-- Give a waiting job to a host. ARGV: fencing token, id, host, slots, lease ms
local token, id, host = ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', key('dispatcher')) ~= token then
  return { 'not_leader', 0 }
end
local f = fields(id, 'status', 'phase')
if f[1] ~= 'queued' or f[2] ~= 'waiting' then
  return { 'not_waiting', 0 }
end
if redis.call('ZCARD', key('host', host, 'jobs')) >= tonumber(ARGV[4]) then
  return { 'no_slot', 0 }
end
leave_lane(id)
local attempt = redis.call('HINCRBY', key('job', id), 'attempt', 1)
-- A host that was left while it had the prompt may have it still: then it is to be adopted there.
local left_on = ',' .. field(id, 'left_on')
local submitted = string.find(left_on, ',' .. host .. ',', 1, true) and '1' or ''
set(id, 'phase', 'assigned', 'host', host, 'claim', '', 'submitted', submitted, 'attempt_ms', now)
redis.call('ZADD', key('host', host, 'jobs'), now, id)
lease(id, tonumber(ARGV[5]))
publish_status(id)
return { 'ok', attempt }
