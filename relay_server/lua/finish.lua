-- The job is over. ARGV: id, claim, status, outputs, error, keep ms, the output that was not told
--       yet or '', the host's own times or '', the last progress or '', and that output as an
--       asset if there is one: id, user, sha256, blake3, size, record, 0, the job
local id, status = ARGV[1], ARGV[3]
local REMEMBERED, REMEMBER_S = 31, 30 * 86400

-- What jobs of this kind take on a host: the median of the last ones.
local function learn(id)
  local kind = field(id, 'kind')
  redis.call('LPUSH', key('took', kind), worked_ms(id))
  redis.call('LTRIM', key('took', kind), 0, REMEMBERED - 1)
  redis.call('EXPIRE', key('took', kind), REMEMBER_S)
  local took = redis.call('LRANGE', key('took', kind), 0, -1)
  for i = 1, #took do
    took[i] = tonumber(took[i])
  end
  table.sort(took)
  redis.call('SET', key('median', kind), took[math.ceil(#took / 2)], 'EX', REMEMBER_S)
end

local may = may_write(id, ARGV[2])
if may ~= 'ok' then
  return may
end
set(id, 'outputs', ARGV[4], 'error', ARGV[5])
if ARGV[7] ~= '' then
  keep_asset(ARGV[10], ARGV[11], ARGV[12], ARGV[13], ARGV[14], ARGV[15], 0, id)
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
if status == 'succeeded' and ARGV[8] ~= '' then
  learn(id)
end
end_attempt(id)
over(id, status, tonumber(ARGV[6]))
return 'ok'
