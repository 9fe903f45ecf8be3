-- Something is said of a host, by an admin or by one of its workers.
-- ARGV: name, then fields and values. Answers 'ok' or 'unknown'
local name = ARGV[1]
local hash = key('host', name)
if redis.call('SISMEMBER', key('hosts'), name) == 0 then
  return 'unknown'
end
local changed = false
for i = 2, #ARGV, 2 do
  changed = changed or redis.call('HGET', hash, ARGV[i]) ~= ARGV[i + 1]
  redis.call('HSET', hash, ARGV[i], ARGV[i + 1], ARGV[i] .. '_ms', now)
end
if changed then
  redis.call('XADD', key('events'), 'MAXLEN', '~', 10000, '*',
    'job', '', 'rev', 0, 'kind', 'host', 'data', cjson.encode({ host = name }))
end
return 'ok'
