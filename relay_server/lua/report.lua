-- The worker writes what it saw. ARGV: id, claim, kind of event, its data, then fields and values.
-- With the phase `executing` a queued job is running; `stopping` notes when that was.
local id = ARGV[1]
local may = may_write(id, ARGV[2])
if may ~= 'ok' then
  return may
end
for i = 5, #ARGV, 2 do
  if ARGV[i] ~= 'stopping' then
    set(id, ARGV[i], ARGV[i + 1])
  elseif field(id, 'stopping_ms') == '' then
    set(id, 'stopping_ms', now)
  end
end
local f = fields(id, 'status', 'phase', 'started_ms', 'executing_ms')
if f[2] == 'executing' or f[2] == 'harvesting' then
  if f[1] == 'queued' then
    set(id, 'status', 'running')
  end
  if f[3] == '' then
    set(id, 'started_ms', now)
  end
  if f[4] == '' then
    set(id, 'executing_ms', now)
  end
end
if ARGV[3] == 'status' then
  publish_status(id)
elseif ARGV[3] ~= '' then
  publish(id, ARGV[3], ARGV[4])
end
return 'ok'
