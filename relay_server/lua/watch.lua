-- What a supervisor must know of its host at every beat. ARGV: name.
-- Answers {now, {id, phase, progress, deaf, stopping since} of each job that it has, ids of jobs
-- that were left on it}
local name = ARGV[1]
local held = {}
for i, id in ipairs(redis.call('ZRANGE', key('host', name, 'jobs'), 0, -1)) do
  local f = fields(id, 'phase', 'progress', 'deaf', 'stopping_ms')
  held[i] = { id, f[1], f[2], f[3], f[4] }
end
return { now, held, redis.call('SRANDMEMBER', key('left_at', name), 20) }
