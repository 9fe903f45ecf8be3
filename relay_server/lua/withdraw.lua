-- Versions of a workflow that no new job may use. Their records stay.
-- ARGV: name, version or '' for all. Answers the versions that were withdrawn now
local name, version = ARGV[1], ARGV[2]
local hash = key('workflow', name)
local first, last = 1, tonumber(redis.call('HGET', hash, 'last') or '0')
if version ~= '' then
  first, last = tonumber(version), math.min(tonumber(version), last)
end
local done = {}
for number = first, last do
  if redis.call('HSETNX', hash, 'withdrawn:' .. number, '1') == 1 then
    done[#done + 1] = tostring(number)
  end
end
if #done > 0 then
  redis.call('HSET', key('workflow_revs'), name, redis.call('INCR', key('workflow_rev')))
end
return done
