-- A workflow into the catalog. The same content again is the same version.
-- ARGV: name, digest, record, who, and '1' if a person does it: then a withdrawn version comes back,
-- and what others published may be followed by a new version
-- Answers { version, 'new', 'back' or 'same', when in ms, by whom } or { 0 } if it was left alone
local name, digest, record, who, by_person = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'
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
  if by_person and redis.call('HDEL', hash, 'withdrawn:' .. version) == 1 then
    changed()
    return told(version, 'back')
  end
  return told(version, 'same')
end
local last = redis.call('HGET', hash, 'last')
if last and not by_person and redis.call('HGET', hash, 'by:' .. last) ~= who then
  return { '0' }
end
version = tostring(redis.call('HINCRBY', hash, 'last', 1))
redis.call('HSET', hash, 'record:' .. version, record, 'digest:' .. digest, version,
  'at:' .. version, now, 'by:' .. version, who)
changed()
return told(version, 'new')
