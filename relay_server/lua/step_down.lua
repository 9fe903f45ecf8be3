-- The dispatcher stops. ARGV: fencing token
if redis.call('GET', key('dispatcher')) == ARGV[1] then
  redis.call('DEL', key('dispatcher'))
end
return 'ok'
