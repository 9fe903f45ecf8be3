-- The newest schema that ever wrote here. ARGV: the schema of this process.
-- Answers the one that is there if it is newer, else 0
local there = tonumber(redis.call('GET', key('schema')) or '0')
if there > tonumber(ARGV[1]) then
  return there
end
redis.call('SET', key('schema'), ARGV[1])
return 0
