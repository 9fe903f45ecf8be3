-- The small record of an expired job goes, from every list. ARGV: id, ms for which records are kept.
-- Answers 1 if it did
local id = ARGV[1]
local f = fields(id, 'status', 'user', 'lists', 'idem', 'idem_until_ms', 'completed_ms')
if f[1] == '' then
  redis.call('ZREM', key('records'), id)
  return 0
end
if f[1] ~= 'expired' then
  redis.call('ZREM', key('records'), id) -- it runs again
  return 0
end
if tonumber(f[6]) + tonumber(ARGV[2]) > now then
  return 0
end
redis.call('ZREM', key('jobs_of', f[2]), id)
redis.call('ZREM', key('jobs_of', '*'), id)
for _, digest in ipairs(cjson.decode(f[3] ~= '' and f[3] or '[]')) do
  redis.call('ZREM', key('jobs_with', f[2], digest), id)
end
if f[4] ~= '' and redis.call('GET', key('idem', f[2], f[4])) == id then
  -- Its key outlives it until its own time.
  redis.call('PEXPIREAT', key('idem', f[2], f[4]), f[5])
end
redis.call('DEL', key('job', id), key('attempts', id), key('events', id))
redis.call('ZREM', key('records'), id)
return 1
