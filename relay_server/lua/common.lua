-- Prepended to every script. KEYS[1] is the namespace; keys are built here, so the relay needs one
-- Redis and no cluster. Times are Redis' own, in milliseconds.

local ns = KEYS[1]
local LIVE = { queued = true, running = true, canceling = true }

local function key(...)
  return ns .. ':' .. table.concat({ ... }, ':')
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local now = now_ms()

local function field(id, name)
  return redis.call('HGET', key('job', id), name) or ''
end

local function fields(id, ...)
  local values = redis.call('HMGET', key('job', id), ...)
  for i = 1, #values do
    values[i] = values[i] or ''
  end
  return values
end

local function set(id, ...)
  redis.call('HSET', key('job', id), ...)
end

-- Every change raises `rev` and stands in two streams of one numbering: all jobs', and the job's own.
local function publish(id, kind, data)
  local rev = redis.call('HINCRBY', key('job', id), 'rev', 1)
  set(id, 'updated_ms', now)
  local entry = redis.call('XADD', key('events'), 'MAXLEN', '~', 10000, '*',
    'job', id, 'rev', rev, 'kind', kind, 'data', data)
  redis.call('XADD', key('events', id), 'MAXLEN', '~', 1000, entry,
    'rev', rev, 'kind', kind, 'data', data)
  return rev
end

local function publish_status(id)
  local f = fields(id, 'status', 'phase')
  return publish(id, 'status', cjson.encode({ status = f[1], phase = f[2] }))
end

local function lease(id, ms)
  set(id, 'lease_ms', now + ms)
  redis.call('ZADD', key('leases'), now + ms, id)
end

local function wait_in_lane(id)
  local f = fields(id, 'class', 'user', 'needs', 'seq')
  local lane = table.concat({ f[1], f[2], f[3] }, ':')
  redis.call('ZADD', key('lane', lane), f[4], id)
  redis.call('SADD', key('lanes'), lane)
  redis.call('ZADD', key('waiting'), f[4], id)
  redis.call('ZADD', key('waiting', f[1], f[3]), f[4], id)
  redis.call('ZADD', key('waiting_of', f[2]), f[4], id)
end

local function leave_lane(id)
  local f = fields(id, 'class', 'user', 'needs')
  local lane = table.concat({ f[1], f[2], f[3] }, ':')
  redis.call('ZREM', key('lane', lane), id)
  redis.call('ZREM', key('waiting'), id)
  redis.call('ZREM', key('waiting', f[1], f[3]), id)
  redis.call('ZREM', key('waiting_of', f[2]), id)
end

-- The attempt is over without a result: write it down and free the slot.
local function end_attempt(id, reason, twice)
  local f = fields(id, 'attempt', 'host', 'attempt_ms')
  if f[2] ~= '' then
    redis.call('RPUSH', key('attempts', id), cjson.encode({
      number = tonumber(f[1]), host = f[2], started_ms = tonumber(f[3]), ended_ms = now,
      reason = reason, may_have_run_twice = twice }))
    redis.call('ZREM', key('host', f[2], 'jobs'), id)
  end
  redis.call('ZREM', key('leases'), id)
end

local function over(id, status, keep_ms)
  leave_lane(id)
  local host = field(id, 'host')
  if host ~= '' then
    redis.call('ZREM', key('host', host, 'jobs'), id)
  end
  redis.call('ZREM', key('leases'), id)
  redis.call('DEL', key('secret', id))
  set(id, 'status', status, 'phase', 'over', 'claim', '', 'completed_ms', now,
    'expires_ms', now + keep_ms)
  redis.call('INCR', key('count', status))
  return publish_status(id)
end

-- 'ok', or why this worker may not write to this job any more.
local function may_write(id, claim)
  local f = fields(id, 'status', 'claim')
  if not LIVE[f[1]] then
    return 'over'
  end
  if claim == '' or f[2] ~= claim then
    return 'lost'
  end
  return 'ok'
end
