-- After a try to remove loose bytes. ARGV: sha256, '1' if they are gone.
-- If they are not, somebody has just put them again, and it is looked again after a while
local sha256 = ARGV[1]
if redis.call('EXISTS', key('refs', sha256)) == 1 then
  redis.call('ZREM', key('loose'), sha256)
  return 'referred'
end
if ARGV[2] ~= '1' then
  redis.call('ZADD', key('loose'), now, sha256)
  return 'put'
end
local blake3 = redis.call('GET', key('blob', sha256))
redis.call('DEL', key('blob', sha256))
if blake3 then
  redis.call('DEL', key('blake3', blake3))
end
redis.call('ZREM', key('loose'), sha256)
return 'gone'
