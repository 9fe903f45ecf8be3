-- Jobs that waited longer than they may; one that is on a host then was taken in time.
-- ARGV: fencing token, keep ms, error. Answers how many there were; a few at a time
if redis.call('GET', key('dispatcher')) ~= ARGV[1] then
  return 0
end
local due = redis.call('ZRANGE', key('max_waits'), '-inf', now, 'BYSCORE', 'LIMIT', 0, 50)
for _, id in ipairs(due) do
  redis.call('ZREM', key('max_waits'), id)
  local f = fields(id, 'status', 'phase')
  if f[1] == 'queued' and f[2] == 'waiting' then
    set(id, 'error', ARGV[3])
    over(id, 'failed', tonumber(ARGV[2]))
  end
end
return #due
