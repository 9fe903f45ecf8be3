-- Be or stay the one dispatcher, and see what waits.
-- ARGV: my token ('' if none), ms. Answers {token or '' if another leads, now,
-- {{id, seq, created_ms, needs, avoid, class, user} of the first job of every lane}}
local token = redis.call('GET', key('dispatcher'))
if not token then
  token = tostring(redis.call('INCR', key('fence')))
  redis.call('SET', key('dispatcher'), token, 'PX', ARGV[2])
elseif token == ARGV[1] then
  redis.call('PEXPIRE', key('dispatcher'), ARGV[2])
else
  return { '', now, {} }
end
local heads = {}
for _, lane in ipairs(redis.call('SMEMBERS', key('lanes'))) do
  local head = redis.call('ZRANGE', key('lane', lane), 0, 0, 'WITHSCORES')
  if #head == 0 then
    redis.call('SREM', key('lanes'), lane)
  else
    local f = fields(head[1], 'created_ms', 'needs', 'avoid', 'class', 'user')
    table.insert(heads, { head[1], head[2], f[1], f[2], f[3], f[4], f[5] })
  end
end
return { token, now, heads }
