-- Assets and grants that were not used for long, and assets at the end that they were given.
-- ARGV: ms for which they are kept, most of each kind.
-- Answers {assets removed, their bytes, grants removed, how many were looked at}
local most = tonumber(ARGV[2])
local unused = string.format('%d', now - tonumber(ARGV[1]))
local count, bytes, grants = 0, 0, 0

local function due(name, until_ms)
  return redis.call('ZRANGE', key(name), '-inf', until_ms, 'BYSCORE', 'LIMIT', 0, most)
end

local old = due('assets_used', unused)
for _, id in ipairs(old) do
  if redis.call('EXISTS', key('uses', id)) == 1 then
    -- A job that is kept may need it: out of the way until the last of them lets go.
    redis.call('ZREM', key('assets_used'), id)
    redis.call('SADD', key('assets_parked'), id)
  else
    count, bytes = count + 1, bytes + drop_asset(id)
  end
end
local ended = due('assets_end', string.format('%d', now))
for _, id in ipairs(ended) do
  count, bytes = count + 1, bytes + drop_asset(id) -- jobs have the bytes by references of their own
end
local granted = due('grants_used', unused)
for _, grant in ipairs(granted) do
  local user, sha256 = string.match(grant, '^(.*):(%x+)$')
  redis.call('ZREM', key('grants_used'), grant)
  redis.call('SREM', key('has', user, sha256), 'put')
  let_go(sha256, 'put:' .. user)
  grants = grants + 1
end
return { count, bytes, grants, #old + #ended + #granted }
