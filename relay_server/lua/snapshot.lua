-- A job of a user, whole, and its place among those that wait. ARGV: id, user; `*` is anybody.
-- Answers {} if the user has no such job, else {now, fields and values, attempts, its place and the
-- size of its queue, how many of its lane come before it (each -1 if it does not wait), expected ms
-- or ''}
local id = ARGV[1]
local user = field(id, 'user')
if user == '' or (ARGV[2] ~= '*' and user ~= ARGV[2]) then
  return {}
end
local f = fields(id, 'status', 'phase', 'kind')
local place, size, before = -1, -1, -1
if f[1] == 'queued' and f[2] == 'waiting' then
  local lane, class, _, needs = lane_of(id)
  local queue = key('waiting', class, needs)
  local rank = redis.call('ZRANK', queue, id)
  place, size = rank and rank + 1 or -1, redis.call('ZCARD', queue)
  before = redis.call('ZRANK', key('lane', lane), id) or -1
end
return { now, redis.call('HGETALL', key('job', id)),
  redis.call('LRANGE', key('attempts', id), 0, -1), place, size, before,
  redis.call('GET', key('median', f[3])) or '' }
