-- This attempt cannot go on: back to the lane, at the old place. A job being canceled is canceled;
-- one that used up what it may of this reason, or that brings hosts down, fails.
-- ARGV: id, claim (or the dispatcher's token with 'reap'), reason, '1' if it may run twice,
--       '1' to avoid this host, keep ms, 'reap' or '', how often this reason may come or 0, error if
--       it came too often, '1' if the host executed it, '0' if not, '' as the record says; error of
--       a poisonous job, its new needs (JSON) or '', their digest.
-- Answers 'ok', 'canceled', 'failed', or why this worker may not
local id, reason, keep_ms = ARGV[1], ARGV[3], tonumber(ARGV[6])
local POISON_MS = 3600 * 1000
local LEFT = { host_gone = true, host_silent = true, worker_lost = true }
local DEATH = { host_gone = true, host_forgot = true }
local MEANT = { host_gone = true, host_forgot = true, worker_lost = true }

-- Whether the host went away because somebody meant it to, while it had this attempt.
local function planned(host)
  local f = redis.call('HMGET', key('host', host), 'asked', 'asked_ms', 'stopped_ms')
  local g = fields(id, 'executing_ms', 'attempt_ms') -- the first stays when a worker follows another
  local since = tonumber(g[1]) or tonumber(g[2]) or now
  return (f[1] and f[1] ~= '') or tonumber(f[2] or 0) >= since or tonumber(f[3] or 0) >= since
end

-- A host died of this job. Whether it is the second one.
local function died(host)
  local hosts = field(id, 'deaths')
  if not string.find(',' .. hosts, ',' .. host .. ',', 1, true) then
    hosts = hosts .. host .. ','
    set(id, 'deaths', hosts)
  end
  local _, count = string.gsub(hosts, ',', '')
  return count >= 2
end

-- A second job of the same shape within an hour keeps the shape from all hosts.
local function remember_poison()
  local f = fields(id, 'shape', 'deaths', 'workflow')
  local list = key('poison', f[1])
  if f[1] == '' then
    return
  end
  redis.call('HSET', list, id, cjson.encode({ at_ms = now, hosts = f[2] }))
  redis.call('PEXPIRE', list, POISON_MS)
  local jobs, hosts, seen = {}, {}, {}
  local all = redis.call('HGETALL', list)
  for i = 1, #all, 2 do
    local found = cjson.decode(all[i + 1])
    if now - found.at_ms < POISON_MS then
      table.insert(jobs, all[i])
      for host in string.gmatch(found.hosts, '[^,]+') do
        if not seen[host] then
          seen[host] = true
          table.insert(hosts, host)
        end
      end
    end
  end
  if #jobs >= 2 then
    redis.call('HSET', key('quarantine'), f[1], cjson.encode({
      at_ms = now, jobs = jobs, hosts = hosts, workflow = f[3] }))
  end
end

local function failed(err)
  set(id, 'error', err)
  over(id, 'failed', keep_ms)
  return 'failed'
end

if ARGV[7] == 'reap' then
  local dead = LIVE[field(id, 'status')] and field(id, 'host') ~= ''
    and tonumber(field(id, 'lease_ms')) <= now
  if redis.call('GET', key('dispatcher')) ~= ARGV[2] or not dead then
    return 'lost'
  end
else
  local may = may_write(id, ARGV[2])
  if may ~= 'ok' then
    return may
  end
end
local f = fields(id, 'host', 'submitted', 'phase')
local host, submitted = f[1], f[2] == '1'
local executing = submitted and (ARGV[10] == '1' or (ARGV[10] == '' and f[3] == 'executing'))
local meant = planned(host)
if submitted and LEFT[reason] then
  leave_on(id, host)
end
end_attempt(id, reason, ARGV[4] == '1' and submitted)
if field(id, 'status') == 'canceling' then
  over(id, 'canceled', keep_ms)
  return 'canceled'
end
if not (meant and MEANT[reason]) and (submitted or not DEATH[reason]) then
  local times = tried(id, reason)
  if executing and DEATH[reason] and died(host) then
    remember_poison()
    return failed(ARGV[11])
  end
  if ARGV[8] ~= '0' and times >= tonumber(ARGV[8]) then
    return failed(ARGV[9])
  end
end
if ARGV[5] == '1' then
  local avoid = field(id, 'avoid')
  if not string.find(',' .. avoid, ',' .. host .. ',', 1, true) then
    set(id, 'avoid', avoid .. host .. ',')
  end
end
if ARGV[12] ~= '' then
  redis.call('SET', key('needs', ARGV[13]), ARGV[12], 'NX')
  set(id, 'needs', ARGV[13])
end
back_to_lane(id, executing)
return 'ok'
