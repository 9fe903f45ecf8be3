-- A supervisor speaks for a host. A name belongs to one living supervisor and one URL.
-- ARGV: name, supervisor, dead after ms, then fields and values. Answers 'ok' or the other's URL
local name, supervisor = ARGV[1], ARGV[2]
local hash = key('host', name)
local known = redis.call('HMGET', hash, 'supervisor', 'beat_ms', 'url', 'state')
if known[1] and known[1] ~= '' and known[1] ~= supervisor
  and now - tonumber(known[2]) < tonumber(ARGV[3]) then
  return known[3]
end
-- What it said of itself before is let go, unless it says the same again.
for i = 4, #ARGV, 2 do
  if ARGV[i] == 'object_info' or ARGV[i] == 'models' then
    local who = 'host:' .. name .. ':' .. ARGV[i]
    local before = redis.call('HGET', hash, ARGV[i]) or ''
    if before ~= '' and before ~= ARGV[i + 1] then
      let_go(before, who)
    end
    if ARGV[i + 1] ~= '' then
      refer(ARGV[i + 1], who)
    end
  end
end
for i = 4, #ARGV, 2 do
  redis.call('HSET', hash, ARGV[i], ARGV[i + 1])
end
redis.call('HSET', hash, 'name', name, 'supervisor', supervisor, 'beat_ms', now)
local state = redis.call('HGET', hash, 'state')
if state == 'draining' then -- the supervisor was told to stop: what goes away now was meant to
  redis.call('HSET', hash, 'stopped_ms', now)
end
if state ~= known[4] then
  redis.call('HSET', hash, 'since_ms', now)
  redis.call('XADD', key('events'), 'MAXLEN', '~', 10000, '*',
    'job', '', 'rev', 0, 'kind', 'host', 'data', cjson.encode({ host = name, state = state }))
end
redis.call('SADD', key('hosts'), name)
return 'ok'
