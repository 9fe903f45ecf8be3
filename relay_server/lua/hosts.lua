-- All hosts: {now, {{fields and values}, {jobs that it holds}, {their users}}, ...}
local names = redis.call('SMEMBERS', key('hosts'))
table.sort(names)
local found = {}
for _, name in ipairs(names) do
  local jobs = redis.call('ZRANGE', key('host', name, 'jobs'), 0, -1)
  local users = {}
  for i, id in ipairs(jobs) do
    users[i] = field(id, 'user')
  end
  table.insert(found, { redis.call('HGETALL', key('host', name)), jobs, users })
end
return { now, found }
