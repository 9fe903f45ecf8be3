-- Give waiting jobs to hosts.
-- ARGV: fencing token, lease ms, then for each: id, host, its slots, expected ms, models that it
-- keeps warm or ''. Answers the number of the attempt of each, 0 for one that cannot be given
local token = ARGV[1]

local function given(id, host, slots, expect_ms, warm)
  local f = fields(id, 'status', 'phase', 'left_on')
  if f[1] ~= 'queued' or f[2] ~= 'waiting'
    or redis.call('ZCARD', key('host', host, 'jobs')) >= tonumber(slots) then
    return 0
  end
  leave_lane(id)
  local lane = lane_of(id)
  redis.call('HSET', key('lane_served'), lane, now)
  redis.call('ZREM', key('max_waits'), id)
  local attempt = redis.call('HINCRBY', key('job', id), 'attempt', 1)
  -- A host that was left while it had the prompt may have it still: then it is to be adopted there.
  local submitted = string.find(',' .. f[3], ',' .. host .. ',', 1, true) and '1' or ''
  set(id, 'phase', 'assigned', 'host', host, 'claim', '', 'submitted', submitted,
    'attempt_ms', now, 'expect_ms', expect_ms)
  if warm ~= '' then
    redis.call('HSET', key('host', host), 'warm', warm)
  end
  redis.call('ZADD', key('host', host, 'jobs'), now, id)
  lease(id, tonumber(ARGV[2]))
  publish_status(id)
  return attempt
end

local attempts = {}
local leads = redis.call('GET', key('dispatcher')) == token
for i = 3, #ARGV, 5 do
  local ok = leads and given(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  table.insert(attempts, ok or 0)
end
return attempts
