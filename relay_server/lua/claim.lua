-- A worker takes an attempt, once. ARGV: id, attempt, claim, lease ms
local id = ARGV[1]
local f = fields(id, 'status', 'attempt', 'claim')
if not LIVE[f[1]] then
  return 'over'
end
if f[2] ~= ARGV[2] or f[3] ~= '' then
  return 'stale'
end
set(id, 'claim', ARGV[3])
lease(id, tonumber(ARGV[4]))
return 'ok'
