-- Prepended to every script, after common.lua: who needs which bytes. `refs:<sha256>` are those who
-- do; bytes that nobody needs stand in `loose` with the time since when. `blobs/references.py` says
-- why this is enough to remove bytes safely.

local function refer(sha256, who)
  redis.call('SADD', key('refs', sha256), who)
  redis.call('ZREM', key('loose'), sha256)
end

local function let_go(sha256, who)
  local held = redis.call('SREM', key('refs', sha256), who) == 1
  if held and redis.call('EXISTS', key('refs', sha256)) == 0 then
    redis.call('ZADD', key('loose'), now, sha256)
  end
end

-- From now on the user may see the hash, and the relay knows the other one.
local function know(user, member, sha256, blake3, size)
  redis.call('SADD', key('has', user, sha256), member)
  redis.call('SET', key('blake3', blake3), cjson.encode({ sha256, blake3, tonumber(size) }))
  redis.call('SET', key('blob', sha256), blake3)
end

-- An asset is gone, and with it its reference; its size in bytes.
local function drop_asset(id)
  redis.call('ZREM', key('assets_used'), id)
  redis.call('ZREM', key('assets_end'), id)
  redis.call('SREM', key('assets_parked'), id)
  local raw = redis.call('GET', key('asset', id))
  if not raw then
    return 0
  end
  local asset = cjson.decode(raw)
  redis.call('DEL', key('asset', id), key('uses', id))
  redis.call('SREM', key('has', asset.user, asset.sha256), id)
  if type(asset.job_id) == 'string' then
    redis.call('SREM', key('made', asset.job_id), id)
  end
  let_go(asset.sha256, 'asset:' .. id)
  return asset.size
end

-- A new asset over bytes that are in the store. `record` is JSON without its times; it ends after
-- `lives_ms`, if that is not 0; `job` is the one that made it, or ''. Answers its record.
-- One of a job that is over is not kept: its worker lost the job.
local function keep_asset(id, user, sha256, blake3, size, record, lives_ms, job)
  local times = string.format(',"created_ms":%d', now)
  if lives_ms > 0 then
    times = times .. string.format(',"expires_ms":%d', now + lives_ms)
  end
  record = string.sub(record, 1, -2) .. times .. '}'
  if job ~= '' and not LIVE[field(job, 'status')] then
    return record
  end
  local before = redis.call('GET', key('asset', id))
  if before and cjson.decode(before).sha256 ~= sha256 then
    drop_asset(id) -- an output harvested again, with other bytes
  end
  redis.call('SET', key('asset', id), record)
  know(user, id, sha256, blake3, size)
  refer(sha256, 'asset:' .. id)
  if job ~= '' then
    redis.call('SADD', key('made', job), id)
  elseif lives_ms > 0 then
    redis.call('ZADD', key('assets_end'), now + lives_ms, id)
  else
    redis.call('ZADD', key('assets_used'), now, id)
  end
  return record
end

-- A job needs these files, and for as long as it is kept it may need them again.
local function take_files(id, files)
  for asset, file in pairs(cjson.decode(files)) do
    refer(file.sha256, 'job:' .. id)
    redis.call('SADD', key('uses', asset), id)
    redis.call('ZADD', key('assets_used'), 'XX', now, asset)
  end
end

-- It does not any more. An asset that was only kept for its jobs is due when the last one lets go.
local function give_files_back(id, files)
  for asset, file in pairs(cjson.decode(files)) do
    let_go(file.sha256, 'job:' .. id)
    redis.call('SREM', key('uses', asset), id)
    if redis.call('EXISTS', key('uses', asset)) == 0
      and redis.call('SREM', key('assets_parked'), asset) == 1 then
      redis.call('ZADD', key('assets_used'), 0, asset)
    end
  end
end
