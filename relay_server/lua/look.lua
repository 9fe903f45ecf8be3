-- Be or stay the one dispatcher, and see what waits and who could take it.
-- ARGV: my token ('' if none), ms, '1' to see what waits even if no host has a free slot.
-- Answers {token or '' if another leads, now, rows of `host_rows`, {{id, seq, created_ms, needs,
-- avoid, class, user, workflow, expected ms or '', share in ms, when its lane was served last or
-- '', its last attempt} of the first job of every lane}, how many jobs wait}
local token = redis.call('GET', key('dispatcher'))
if not token then
  token = tostring(redis.call('INCR', key('fence')))
  redis.call('SET', key('dispatcher'), token, 'PX', ARGV[2])
elseif token == ARGV[1] then
  redis.call('PEXPIRE', key('dispatcher'), ARGV[2])
else
  return { '', now, {}, {}, 0 }
end
local hosts, waiting = host_rows(), redis.call('ZCARD', key('waiting'))
local room = ARGV[3] == '1'
for _, host in ipairs(hosts) do
  local slots = redis.call('HGET', key('host', host[3]), 'slots') or '0'
  room = room or #host[2] < tonumber(slots)
end
if not room then
  return { token, now, hosts, {}, waiting }
end
local heads = {}
for _, lane in ipairs(redis.call('SMEMBERS', key('lanes'))) do
  local head = redis.call('ZRANGE', key('lane', lane), 0, 0, 'WITHSCORES')
  if #head == 0 then
    redis.call('SREM', key('lanes'), lane)
    redis.call('HDEL', key('lane_served'), lane)
  else
    local f = fields(head[1], 'created_ms', 'needs', 'avoid', 'class', 'user', 'workflow', 'kind',
      'attempt')
    local expect_ms, share, served = standing(lane, f[5], f[7])
    table.insert(heads, { head[1], head[2], f[1], f[2], f[3], f[4], f[5], f[6],
      expect_ms, share, served, f[8] })
  end
end
return { token, now, hosts, heads, waiting }
