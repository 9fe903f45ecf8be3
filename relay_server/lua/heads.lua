-- The first job of every lane: {lane, id, seq, created_ms, needs, avoid}. Empty lanes are forgotten.
local found = {}
for _, lane in ipairs(redis.call('SMEMBERS', key('lanes'))) do
  local head = redis.call('ZRANGE', key('lane', lane), 0, 0, 'WITHSCORES')
  if #head == 0 then
    redis.call('SREM', key('lanes'), lane)
  else
    local f = fields(head[1], 'created_ms', 'needs', 'avoid', 'class', 'user')
    table.insert(found, { head[1], head[2], f[1], f[2], f[3], f[4], f[5] })
  end
end
return found
