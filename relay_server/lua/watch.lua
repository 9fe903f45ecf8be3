-- What a supervisor must know of its host at every beat. ARGV: name.
-- Answers {now, how often it was asked to learn, {id, status, phase, rev, submitted, deaf,
-- stopping since} of each job that it has, ids of jobs that were left on it}
local name = ARGV[1]
local held = {}
for i, id in ipairs(redis.call('ZRANGE', key('host', name, 'jobs'), 0, -1)) do
  local f = fields(id, 'status', 'phase', 'rev', 'submitted', 'deaf', 'stopping_ms')
  held[i] = { id, f[1], f[2], f[3], f[4], f[5], f[6] }
end
return { now, redis.call('HGET', key('host', name), 'learn_asked') or '0', held,
  redis.call('SRANDMEMBER', key('left_at', name), 20) }
