-- A user sent bytes as a blob and may use them. ARGV: user, sha256, blake3, size
local user, sha256 = ARGV[1], ARGV[2]
know(user, 'put', sha256, ARGV[3], ARGV[4])
refer(sha256, 'put:' .. user)
redis.call('ZADD', key('grants_used'), now, user .. ':' .. sha256)
return 'ok'
