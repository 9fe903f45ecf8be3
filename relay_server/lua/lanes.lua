-- What waits and who could take it: {now, rows of `host_rows`, {class, user, needs, number of jobs,
-- numbers of its first and its last job, when the first was submitted, expected ms of the first or
-- '', share of its user in ms, when it was served last or ''} of every lane}
local rows = {}
for _, lane in ipairs(redis.call('SMEMBERS', key('lanes'))) do
  local first = redis.call('ZRANGE', key('lane', lane), 0, 0, 'WITHSCORES')
  if #first > 0 then
    local last = redis.call('ZRANGE', key('lane', lane), -1, -1, 'WITHSCORES')
    local f = fields(first[1], 'class', 'user', 'needs', 'created_ms', 'kind')
    table.insert(rows, { f[1], f[2], f[3], redis.call('ZCARD', key('lane', lane)),
      first[2], last[2], f[4], standing(lane, f[2], f[5]) })
  end
end
return { now, host_rows(), rows }
