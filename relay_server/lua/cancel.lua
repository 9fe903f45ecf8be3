-- Cancel a job: at once if no host can have it, else by its worker. ARGV: id, keep ms
local id = ARGV[1]
local f = fields(id, 'status', 'phase', 'claim', 'submitted', 'host')
if f[1] == 'canceling' or not LIVE[f[1]] then
  return f[1]
end
if f[2] == 'waiting' or (f[2] == 'assigned' and f[3] == '' and f[4] ~= '1') then
  redis.call('HINCRBY', key('job', id), 'attempt', 1)
  over(id, 'canceled', tonumber(ARGV[2]))
  return 'canceled'
end
set(id, 'status', 'canceling')
publish_status(id)
redis.call('XADD', key('commands', f[5]), 'MAXLEN', '~', 100, '*', 'command', 'cancel', 'job', id)
return 'canceling'
