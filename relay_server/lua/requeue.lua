-- This attempt cannot go on: back to the lane, at the old place. A job being canceled is canceled.
-- ARGV: id, claim (or the dispatcher's token with 'reap'), reason, '1' if it may run twice,
--       '1' to avoid this host, keep ms, 'reap' or ''
local id = ARGV[1]
if ARGV[7] == 'reap' then
  local dead = LIVE[field(id, 'status')] and tonumber(field(id, 'lease_ms')) <= now
  if redis.call('GET', key('dispatcher')) ~= ARGV[2] or not dead then
    return 'lost'
  end
else
  local may = may_write(id, ARGV[2])
  if may ~= 'ok' then
    return may
  end
end
local host = field(id, 'host')
if field(id, 'submitted') == '1' and ARGV[3] ~= 'host_forgot' then
  set(id, 'left_on', field(id, 'left_on') .. host .. ',')
end
end_attempt(id, ARGV[3], ARGV[4] == '1' and field(id, 'submitted') == '1')
if field(id, 'status') == 'canceling' then
  over(id, 'canceled', tonumber(ARGV[6]))
  return 'canceled'
end
if ARGV[3] == 'host_forgot' then
  redis.call('HINCRBY', key('job', id), 'lost', 1)
end
if ARGV[5] == '1' then
  set(id, 'avoid', field(id, 'avoid') .. host .. ',')
end
set(id, 'status', 'queued', 'phase', 'waiting', 'claim', '', 'host', '', 'submitted', '',
  'progress', '', 'started_ms', '', 'executing_ms', '')
wait_in_lane(id)
publish_status(id)
return 'ok'
