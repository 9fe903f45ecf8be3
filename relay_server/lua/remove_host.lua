-- Forget a host that nobody speaks for; what it holds goes back to the queue. ARGV: name, dead after
-- ms, keep ms. Answers 'ok', 'unknown' or 'in_use'
local name = ARGV[1]
local hash = key('host', name)
local known = redis.call('HMGET', hash, 'supervisor', 'beat_ms')
if redis.call('SISMEMBER', key('hosts'), name) == 0 then
  return 'unknown'
end
if known[1] and known[1] ~= '' and now - tonumber(known[2]) < tonumber(ARGV[2]) then
  return 'in_use'
end
for _, id in ipairs(redis.call('ZRANGE', key('host', name, 'jobs'), 0, -1)) do
  local f = fields(id, 'status', 'submitted')
  if LIVE[f[1]] then
    end_attempt(id, 'host_removed', f[2] == '1')
    if f[2] == '1' then
      leave_on(id, name)
    end
    if f[1] == 'canceling' then
      over(id, 'canceled', tonumber(ARGV[3]))
    else
      back_to_lane(id)
    end
  end
end
for _, kind in ipairs({ 'object_info', 'models' }) do
  let_go(redis.call('HGET', hash, kind) or '', 'host:' .. name .. ':' .. kind)
end
redis.call('DEL', hash, key('host', name, 'jobs'), key('commands', name))
redis.call('SREM', key('hosts'), name)
redis.call('XADD', key('events'), 'MAXLEN', '~', 10000, '*',
  'job', '', 'rev', 0, 'kind', 'host', 'data', cjson.encode({ host = name, state = 'removed' }))
return 'ok'
