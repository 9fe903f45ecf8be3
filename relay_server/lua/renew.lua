-- The worker is alive. ARGV: id, claim, lease ms. Answers {may write, status}
local id = ARGV[1]
local may = may_write(id, ARGV[2])
if may == 'ok' then
  lease(id, tonumber(ARGV[3]))
end
return { may, field(id, 'status') }
