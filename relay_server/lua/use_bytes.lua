-- Somebody looked at bytes of theirs, or was told that they need not send them: kept from now on.
-- ARGV: an asset's id or '', user, sha256
local asset, user, sha256 = ARGV[1], ARGV[2], ARGV[3]
if asset == '' then
  -- By hash: one of those over these bytes is enough to keep them.
  redis.call('ZADD', key('grants_used'), 'XX', now, user .. ':' .. sha256)
  asset = redis.call('SRANDMEMBER', key('has', user, sha256)) or ''
end
redis.call('ZADD', key('assets_used'), 'XX', now, asset)
return 'ok'
