-- The job is over. ARGV: id, claim, status, outputs, error, keep ms, the output that was not told
--       yet or '', the host's own times or '', the last progress or ''
local id, status = ARGV[1], ARGV[3]
local may = may_write(id, ARGV[2])
if may ~= 'ok' then
  return may
end
set(id, 'outputs', ARGV[4], 'error', ARGV[5])
if ARGV[7] ~= '' then
  publish(id, 'output', ARGV[7])
end
if ARGV[8] ~= '' then
  local times = cjson.decode(ARGV[8])
  set(id, 'host_times', ARGV[8])
  if field(id, 'started_ms') == '' then
    local took = math.max(0, times['end'] - times['start'])
    local started = math.max(tonumber(field(id, 'attempt_ms')), now - took)
    set(id, 'started_ms', string.format('%d', started))
  end
end
if ARGV[9] ~= '' then
  set(id, 'progress', ARGV[9])
end
local f = fields(id, 'attempt', 'host', 'attempt_ms')
redis.call('RPUSH', key('attempts', id), cjson.encode({
  number = tonumber(f[1]), host = f[2], started_ms = tonumber(f[3]), ended_ms = now }))
over(id, status, tonumber(ARGV[6]))
return 'ok'
