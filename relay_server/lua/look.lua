-- Be or stay the one dispatcher, and see what waits and who could take it.
-- ARGV: my token ('' if none), ms, '1' to see what waits even if no host has a free slot.
-- Answers as `seen`; the token is '' and nothing is seen if another leads
local token = redis.call('GET', key('dispatcher'))
if not token then
  token = tostring(redis.call('INCR', key('fence')))
  redis.call('SET', key('dispatcher'), token, 'PX', ARGV[2])
elseif token == ARGV[1] then
  redis.call('PEXPIRE', key('dispatcher'), ARGV[2])
else
  return { '', now, {}, {}, 0 }
end
return seen(token, ARGV[3] == '1')
