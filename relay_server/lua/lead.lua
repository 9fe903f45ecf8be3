-- Be the one dispatcher. ARGV: my token ('' if none), ms. Answers the token, or '' if another leads
local mine = redis.call('GET', key('dispatcher'))
if mine then
  if mine ~= ARGV[1] then
    return ''
  end
  redis.call('PEXPIRE', key('dispatcher'), ARGV[2])
  return mine
end
local token = tostring(redis.call('INCR', key('fence')))
redis.call('SET', key('dispatcher'), token, 'PX', ARGV[2])
return token
