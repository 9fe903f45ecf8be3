-- A job was kept long enough: its small record stays, and the rest goes, a few results at a time.
-- ARGV: id, most results at once, '1' if now and not at its time.
-- Answers {'more', 'done' or 'not', results removed, their bytes}
local id, most, at_once = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local f = fields(id, 'status', 'files', 'outputs', 'error', 'completed_ms')
local due = redis.call('ZSCORE', key('ends'), id)
if LIVE[f[1]] then
  redis.call('ZREM', key('ends'), id)
  return { 'not', 0, 0 }
end
if not due or (tonumber(due) > now and not at_once) then
  return { 'not', 0, 0 }
end

-- What is worth knowing of an error and of the outputs, without their texts and files.
local function small()
  if f[4] ~= '' then
    local error = cjson.decode(f[4])
    set(id, 'error', cjson.encode({ code = error.code, message = error.message }))
  end
  local hashes = {}
  for i, output in ipairs(cjson.decode(f[3] ~= '' and f[3] or '[]')) do
    hashes[i] = output.sha256
  end
  if #hashes > 0 then
    set(id, 'result_hashes', cjson.encode(hashes))
  end
  for host in string.gmatch(field(id, 'left_on'), '[^,]+') do
    redis.call('SREM', key('left_at', host), id)
  end
  redis.call('HDEL', key('job', id), 'outputs', 'files', 'progress', 'required_outputs',
    'named_outputs', 'left_on', 'avoid', 'lease_ms')
end

if f[1] ~= '' and f[1] ~= 'expired' then
  give_files_back(id, f[2] ~= '' and f[2] or '{}')
  small()
  redis.call('DEL', key('graph', id), key('executed', id), key('events', id))
  set(id, 'status', 'expired', 'ended_as', f[1])
  publish_status(id)
end
local count, bytes = 0, 0
for _, asset in ipairs(redis.call('SRANDMEMBER', key('made', id), most)) do
  redis.call('SREM', key('made', id), asset)
  if at_once or redis.call('EXISTS', key('uses', asset)) == 0 then
    count, bytes = count + 1, bytes + drop_asset(asset)
  else
    redis.call('ZADD', key('assets_used'), now, asset) -- input of a kept job: now like an upload
  end
end
if redis.call('EXISTS', key('made', id)) == 1 then
  return { 'more', count, bytes }
end
redis.call('ZREM', key('ends'), id)
if f[1] ~= '' then
  redis.call('ZADD', key('records'), f[5], id)
end
return { 'done', count, bytes }
