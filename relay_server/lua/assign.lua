-- Give waiting jobs to hosts, and wake their workers.
-- ARGV: fencing token, lease ms, then for each: id, attempt that was the last, host, its slots,
-- expected ms, models that it keeps warm or '', how many commands wake a worker, and these, each
-- after the number of its words. Answers '1' for each job that was given, '' for one that cannot be
local token = ARGV[1]
local at = 3

local function next_word()
  at = at + 1
  return ARGV[at - 1]
end

local function next_command()
  local words = {}
  for i = 1, tonumber(next_word()) do
    words[i] = next_word()
  end
  return words
end

local function given(id, last, host, slots, expect_ms, warm)
  local f = fields(id, 'status', 'phase', 'left_on', 'attempt')
  if f[1] ~= 'queued' or f[2] ~= 'waiting' or f[4] ~= last
    or redis.call('ZCARD', key('host', host, 'jobs')) >= tonumber(slots) then
    return false
  end
  leave_lane(id)
  local lane = lane_of(id)
  redis.call('HSET', key('lane_served'), lane, now)
  redis.call('HINCRBY', key('job', id), 'attempt', 1)
  -- A host that was left while it had the prompt may have it still: then it is to be adopted there.
  local submitted = string.find(',' .. f[3], ',' .. host .. ',', 1, true) and '1' or ''
  set(id, 'phase', 'assigned', 'host', host, 'claim', '', 'submitted', submitted,
    'attempt_ms', now, 'expect_ms', expect_ms)
  if warm ~= '' and redis.call('SISMEMBER', key('hosts'), host) == 1 then
    redis.call('HSET', key('host', host), 'warm', warm)
  end
  redis.call('ZADD', key('host', host, 'jobs'), now, id)
  lease(id, tonumber(ARGV[2]))
  publish_status(id)
  return true
end

local answers = {}
local leads = redis.call('GET', key('dispatcher')) == token
while at <= #ARGV do
  local id, last, host, slots = next_word(), next_word(), next_word(), next_word()
  local expect_ms, warm, count = next_word(), next_word(), tonumber(next_word())
  local ok = leads and given(id, last, host, slots, expect_ms, warm)
  for _ = 1, count do
    local command = next_command()
    if ok then
      redis.call(unpack(command))
    end
  end
  table.insert(answers, ok and '1' or '')
end
return answers
