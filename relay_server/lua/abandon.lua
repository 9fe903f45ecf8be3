-- A slot has ended: its jobs need not wait until their leases are dead.
-- ARGV: host, what the slot's claims begin with
for _, id in ipairs(redis.call('ZRANGE', key('host', ARGV[1], 'jobs'), 0, -1)) do
  if string.sub(field(id, 'claim'), 1, #ARGV[2]) == ARGV[2] then
    set(id, 'lease_ms', 0)
    redis.call('ZADD', key('leases'), 0, id)
  end
end
return 'ok'
