-- A host is back that was left while it had a prompt of ours: may it be stopped there?
-- ARGV: host, id, ms that stopping it may take. Answers 'stop', or 'keep' if it got the job back
local host, id = ARGV[1], ARGV[2]
local f = fields(id, 'status', 'host', 'left_on')
if LIVE[f[1]] and f[2] == host then
  redis.call('SREM', key('left_at', host), id)
  return 'keep'
end
-- Until it is stopped nobody may run the job here, and afterwards there is nothing to adopt.
redis.call('SET', key('clearing', host, id), 1, 'PX', ARGV[3])
if f[3] ~= '' then
  local kept = ''
  for each in string.gmatch(f[3], '[^,]+') do
    kept = each == host and kept or kept .. each .. ','
  end
  set(id, 'left_on', kept)
end
return 'stop'
