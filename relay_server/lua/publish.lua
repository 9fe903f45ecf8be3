-- A workflow into the catalog. The same content again is the same version.
-- ARGV: name, digest, record, who, and '1' each if a withdrawn version comes back by it, and if it
-- may follow versions of others
-- Answers { version, 'new', 'back' or 'same', when in ms, by whom } or { 0 } if it was left alone
local name, digest, record, who = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local restores, follows = ARGV[5] == '1', ARGV[6] == '1'
local hash = key('workflow', name)

local function changed()
  redis.call('HSET', key('workflow_revs'), name, redis.call('INCR', key('workflow_rev')))
end

local function told(version, what)
  local stamp = redis.call('HMGET', hash, 'at:' .. version, 'by:' .. version)
  return { version, what, stamp[1], stamp[2] }
end

local version = redis.call('HGET', hash, 'digest:' .. digest)
if version then
  if restores and redis.call('HDEL', hash, 'withdrawn:' .. version) == 1 then
    changed()
    return told(version, 'back')
  end
  return told(version, 'same')
end
local last = redis.call('HGET', hash, 'last')
if last and not follows and redis.call('HGET', hash, 'by:' .. last) ~= who then
  return { '0' }
end
version = tostring(redis.call('HINCRBY', hash, 'last', 1))
redis.call('HSET', hash, 'record:' .. version, record, 'digest:' .. digest, version,
  'at:' .. version, now, 'by:' .. version, who)
changed()
return told(version, 'new')
