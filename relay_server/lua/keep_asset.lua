-- A new asset over bytes that are in the store. ARGV: id, user, sha256, blake3, size, its record as
-- JSON without its times, ms after which it ends or 0, the job that made it or ''.
-- Answers its record. One of a job that is over is not kept: its worker lost the job.
local id, user, sha256, job = ARGV[1], ARGV[2], ARGV[3], ARGV[8]
local lives_ms = tonumber(ARGV[7])
local times = string.format(',"created_ms":%d', now)
if lives_ms > 0 then
  times = times .. string.format(',"expires_ms":%d', now + lives_ms)
end
local record = string.sub(ARGV[6], 1, -2) .. times .. '}'
if job ~= '' and not LIVE[field(job, 'status')] then
  return record
end
local before = redis.call('GET', key('asset', id))
if before and cjson.decode(before).sha256 ~= sha256 then
  drop_asset(id) -- an output harvested again, with other bytes
end
redis.call('SET', key('asset', id), record)
know(user, id, sha256, ARGV[4], ARGV[5])
refer(sha256, 'asset:' .. id)
if job ~= '' then
  redis.call('SADD', key('made', job), id)
elseif lives_ms > 0 then
  redis.call('ZADD', key('assets_end'), now + lives_ms, id)
else
  redis.call('ZADD', key('assets_used'), now, id)
end
return record
