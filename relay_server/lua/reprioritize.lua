-- A job gets another class; one that waits keeps its place by age. ARGV: id, class.
-- Answers 'ok' or 'over'
local id = ARGV[1]
local f = fields(id, 'status', 'phase', 'class')
if not LIVE[f[1]] then
  return 'over'
end
if f[3] == ARGV[2] then
  return 'ok'
end
local waits = f[1] == 'queued' and f[2] == 'waiting'
if waits then
  leave_lane(id)
end
set(id, 'class', ARGV[2])
if waits then
  wait_in_lane(id)
end
publish_status(id)
return 'ok'
