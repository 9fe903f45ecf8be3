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

local function lane_of(id)
  local f = fields(id, 'class', 'user', 'needs')
  return table.concat({ f[1], f[2], f[3] }, ':'), f[1], f[2], f[3]
end

local function wait_in_lane(id)
  local lane, class, user, needs = lane_of(id)
  local seq = field(id, 'seq')
  redis.call('ZADD', key('lane', lane), seq, id)
  redis.call('SADD', key('lanes'), lane)
  redis.call('ZADD', key('waiting'), seq, id)
  redis.call('ZADD', key('waiting', class, needs), seq, id)
  redis.call('ZADD', key('waiting_of', user), seq, id)
end

local function leave_lane(id)
  local lane, class, user, needs = lane_of(id)
  redis.call('ZREM', key('lane', lane), id)
  redis.call('ZREM', key('waiting'), id)
  redis.call('ZREM', key('waiting', class, needs), id)
  redis.call('ZREM', key('waiting_of', user), id)
end

-- A user's share is the time that hosts spent for them, in ms, of those who have jobs now. Who
-- comes (back) begins where the least served of the others stands, or where the last one stood:
-- nobody saves up, and nobody pays for what was done while the hosts had nothing else to do.
local MOST_CREDIT_MS = 30 * 60 * 1000

local function enter(id, user)
  if redis.call('ZCARD', key('live_of', user)) == 0 then
    local least = redis.call('ZRANGE', key('shares'), 0, 0, 'WITHSCORES')[2]
      or redis.call('GET', key('share_last')) or '0'
    local own = redis.call('HGET', key('share_was'), user) or '0'
    redis.call('ZADD', key('shares'), math.max(tonumber(least), tonumber(own)), user)
  end
  redis.call('ZADD', key('live_of', user), field(id, 'seq'), id)
end

local function leave(id, user)
  redis.call('ZREM', key('live_of', user), id)
  local share = redis.call('ZSCORE', key('shares'), user)
  if share and redis.call('ZCARD', key('live_of', user)) == 0 then
    redis.call('HSET', key('share_was'), user, share)
    redis.call('ZREM', key('shares'), user)
    local last = tonumber(redis.call('GET', key('share_last')) or '0')
    redis.call('SET', key('share_last'), math.max(last, tonumber(share)))
  end
end

-- Whoever could not use the hosts for long, for want of an able one, say, keeps a limited credit.
local function charge(user, ms)
  if not redis.call('ZSCORE', key('shares'), user) then
    return
  end
  local lowest = tonumber(redis.call('ZINCRBY', key('shares'), ms, user)) - MOST_CREDIT_MS
  for _, other in ipairs(redis.call('ZRANGE', key('shares'), '-inf', '(' .. lowest, 'BYSCORE')) do
    redis.call('ZADD', key('shares'), lowest, other)
  end
end

-- How long the host worked for this attempt, in ms: by its own clock if it said so.
local function worked_ms(id)
  local f = fields(id, 'host_times', 'executing_ms')
  if f[1] ~= '' then
    local times = cjson.decode(f[1])
    return math.max(0, times['end'] - times['start'])
  end
  return f[2] ~= '' and math.max(0, now - tonumber(f[2])) or 0
end

local MOST_ATTEMPTS = 100 -- of a job that are kept; the last ones

-- The attempt is over: write it down, free the slot, charge its user. `reason` is nil for a result.
local function end_attempt(id, reason, twice)
  local f = fields(id, 'attempt', 'host', 'attempt_ms', 'user')
  if f[2] ~= '' then
    redis.call('RPUSH', key('attempts', id), cjson.encode({
      number = tonumber(f[1]), host = f[2], started_ms = tonumber(f[3]), ended_ms = now,
      reason = reason, may_have_run_twice = twice }))
    redis.call('LTRIM', key('attempts', id), -MOST_ATTEMPTS, -1)
    redis.call('ZREM', key('host', f[2], 'jobs'), id)
    charge(f[4], worked_ms(id))
    if reason then
      redis.call('HINCRBY', key('ended'), reason, 1)
    end
  end
  redis.call('ZREM', key('leases'), id)
end

-- Nothing of the attempt that ended stays.
local function start_over(id)
  set(id, 'status', 'queued', 'submitted', '', 'progress', '', 'started_ms', '',
    'executing_ms', '', 'stopping_ms', '', 'deaf', '')
end

-- Back to the lane, at the old place. A host that executed the job took it in time; one that only
-- hands it back did not.
local function back_to_lane(id, executing)
  if executing or field(id, 'executing_ms') ~= '' then
    redis.call('ZREM', key('max_waits'), id)
  end
  start_over(id)
  set(id, 'phase', 'waiting', 'claim', '', 'host', '')
  wait_in_lane(id)
  publish_status(id)
end

-- The host may have the prompt still, and is asked to stop it when it is back.
local function leave_on(id, host)
  set(id, 'left_on', field(id, 'left_on') .. host .. ',')
  redis.call('SADD', key('left_at', host), id)
end

-- An attempt ended for this reason once more: how often now.
local function tried(id, reason)
  local tries = cjson.decode(field(id, 'tries') ~= '' and field(id, 'tries') or '{}')
  tries[reason] = (tries[reason] or 0) + 1
  set(id, 'tries', cjson.encode(tries))
  return tries[reason]
end

local function over(id, status, keep_ms)
  leave_lane(id)
  local f = fields(id, 'host', 'user')
  if f[1] ~= '' then
    redis.call('ZREM', key('host', f[1], 'jobs'), id)
  end
  leave(id, f[2])
  redis.call('ZREM', key('leases'), id)
  redis.call('ZREM', key('max_waits'), id)
  redis.call('DEL', key('secret', id))
  set(id, 'status', status, 'phase', 'over', 'claim', '', 'completed_ms', now,
    'expires_ms', now + keep_ms)
  redis.call('ZADD', key('ends'), now + keep_ms, id)
  redis.call('INCR', key('count', status))
  return publish_status(id)
end

-- How the first job of a lane stands: what it takes in ms or '', its user's share in ms, and when
-- the lane was served last or ''.
local function standing(lane, user, kind)
  return redis.call('GET', key('median', kind)) or '',
    redis.call('ZSCORE', key('shares'), user) or '0',
    redis.call('HGET', key('lane_served'), lane) or ''
end

-- Every host: {{fields and values}, {{id, user, class, phase, workflow, needs, expected ms,
-- executing since, assigned since} of each job that it holds}, name}
local function host_rows()
  local names = redis.call('SMEMBERS', key('hosts'))
  table.sort(names)
  local rows = {}
  for _, name in ipairs(names) do
    local held = {}
    for i, id in ipairs(redis.call('ZRANGE', key('host', name, 'jobs'), 0, -1)) do
      local f = fields(id, 'user', 'class', 'phase', 'workflow', 'needs', 'expect_ms',
        'executing_ms', 'attempt_ms')
      held[i] = { id, f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8] }
    end
    table.insert(rows, { redis.call('HGETALL', key('host', name)), held, name })
  end
  return rows
end

-- What the dispatcher goes by: {token, now, rows of `host_rows`, {{id, seq, created_ms, needs, avoid,
-- class, user, workflow, expected ms or '', share in ms, when its lane was served last or '', its
-- last attempt} of the first job of every lane}, how many jobs wait}. Unless `always`, the jobs are
-- left out where no host has a free slot.
local function seen(token, always)
  local hosts, waiting = host_rows(), redis.call('ZCARD', key('waiting'))
  local room = always
  for _, host in ipairs(hosts) do
    local slots = redis.call('HGET', key('host', host[3]), 'slots') or '0'
    room = room or #host[2] < tonumber(slots)
  end
  local heads = {}
  for _, lane in ipairs(room and redis.call('SMEMBERS', key('lanes')) or {}) do
    local head = redis.call('ZRANGE', key('lane', lane), 0, 0, 'WITHSCORES')
    if #head == 0 then
      redis.call('SREM', key('lanes'), lane)
      redis.call('HDEL', key('lane_served'), lane)
    else
      local f = fields(head[1], 'created_ms', 'needs', 'avoid', 'class', 'user', 'workflow', 'kind',
        'attempt')
      local expect_ms, share, served = standing(lane, f[5], f[7])
      table.insert(heads, { head[1], head[2], f[1], f[2], f[3], f[4], f[5], f[6],
        expect_ms, share, served, f[8] })
    end
  end
  return { token, now, hosts, heads, waiting }
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
