-- The queue in Redis, each operation in one step. Everything lies under one prefix:
--   seen:<key>     an event that came, for as long as apps send again
--   event:<key>    hash: sealed event, what it is about, danger, arrival, sealed parts, sent, tries
--   line:<person>  sorted set: arrival and key of what waits of one person, by the app's order
--   ready          sorted set: who may be taken, who is in danger first, then the longest waiting
--   later          sorted set: who may be taken again, by the time of it
--   held           sorted set: whose event a worker has, by the end of its lease
--   tickets        hash: the newest taking of each person who is held
--   alive          sorted set: every event, by the time when it is gone by itself
local prefix, operation = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local FIRST = 1e15

local function name(...) return table.concat({prefix, ...}, ':') end
local READY, LATER, HELD = name('ready'), name('later'), name('held')
local TICKETS, ALIVE = name('tickets'), name('alive')

local function key_of(member) return string.sub(member, 17) end

local function line(person) return redis.call('ZRANGE', name('line', person), 0, -1) end

local function drop(person, member)
  redis.call('DEL', name('event', key_of(member)))
  redis.call('ZREM', name('line', person), member)
  redis.call('ZREM', ALIVE, key_of(member))
end

local function offer(person)
  if redis.call('ZSCORE', HELD, person) then return end
  local head, danger = nil, false
  for _, member in ipairs(line(person)) do
    local event = redis.call('HMGET', name('event', key_of(member)), 'arrival', 'danger')
    if not event[1] then
      drop(person, member) -- gone by itself
    else
      head = head or tonumber(event[1])
      danger = danger or event[2] == '1'
    end
  end
  local due = redis.call('ZSCORE', LATER, person)
  if head and due and tonumber(due) > now then
    redis.call('ZREM', READY, person)
    return
  end
  redis.call('ZREM', LATER, person)
  if head then
    redis.call('ZADD', READY, danger and head - FIRST or head, person)
  else
    redis.call('ZREM', READY, person)
  end
end

local function release(person)
  redis.call('ZREM', HELD, person)
  redis.call('HDEL', TICKETS, person)
end

local function is_held(person, key, ticket)
  return redis.call('HGET', TICKETS, person) == ticket
    and redis.call('EXISTS', name('event', key)) == 1
end

local operations = {}

function operations.put(key, person, order, about, danger, what, sealed, seen, life, most)
  if not redis.call('SET', name('seen', key), '1', 'NX', 'EX', seen) then return 0 end
  local waiting = line(person)
  local held = redis.call('HGET', TICKETS, person)
  for place, member in ipairs(waiting) do
    local same = about ~= ''
      and redis.call('HGET', name('event', key_of(member)), 'about') == about
    if what == 'left' or (what == 'deleted' and same) then
      drop(person, member)
    elseif what == 'edited' and same and not (held and place == 1) then
      redis.call('HSET', name('event', key_of(member)), 'sealed', sealed, 'danger', danger)
      offer(person)
      return 1
    end
  end
  if what ~= 'deleted' and (danger == '1' or #waiting < tonumber(most)) then
    local arrival = redis.call('INCR', name('arrivals'))
    redis.call('HSET', name('event', key), 'sealed', sealed, 'about', about, 'danger', danger,
      'arrival', arrival, 'parts', '', 'sent', 0, 'tries', 0)
    redis.call('EXPIRE', name('event', key), life)
    redis.call('ZADD', ALIVE, now + life, key)
    redis.call('ZADD', name('line', person), order, string.format('%016d', arrival) .. key)
    redis.call('EXPIRE', name('line', person), life)
  end
  offer(person)
  return 1
end

function operations.take(lease)
  redis.call('ZREMRANGEBYSCORE', ALIVE, '-inf', now)
  for _, person in ipairs(redis.call('ZRANGEBYSCORE', HELD, '-inf', now)) do
    release(person)
    offer(person)
  end
  for _, person in ipairs(redis.call('ZRANGEBYSCORE', LATER, '-inf', now)) do offer(person) end
  while true do
    local person = redis.call('ZPOPMIN', READY)[1]
    if not person then return false end
    local member = line(person)[1]
    local key = member and key_of(member)
    local event = key
      and redis.call('HMGET', name('event', key), 'sealed', 'parts', 'sent', 'tries')
    if event and event[1] then
      local ticket = tostring(redis.call('INCR', name('takings')))
      redis.call('HSET', TICKETS, person, ticket)
      redis.call('ZADD', HELD, now + tonumber(lease), person)
      return {key, person, ticket, event[1], event[2], event[3], event[4]}
    end
    offer(person)
  end
end

function operations.change(person, key, ticket, lease, field, value)
  if not is_held(person, key, ticket) then return 0 end
  redis.call('HSET', name('event', key), field, value)
  redis.call('ZADD', HELD, now + tonumber(lease), person)
  return 1
end

function operations.later(person, key, ticket, seconds)
  if redis.call('HGET', TICKETS, person) ~= ticket then return 0 end
  if redis.call('EXISTS', name('event', key)) == 1 then
    redis.call('HINCRBY', name('event', key), 'tries', 1)
    redis.call('ZADD', LATER, now + tonumber(seconds), person)
  end
  release(person)
  offer(person)
  return 1
end

function operations.done(person, key, ticket)
  if redis.call('HGET', TICKETS, person) ~= ticket then return 0 end
  for _, member in ipairs(line(person)) do
    if key_of(member) == key then drop(person, member) end
  end
  release(person)
  offer(person)
  return 1
end

function operations.waiting()
  redis.call('ZREMRANGEBYSCORE', ALIVE, '-inf', now)
  return redis.call('ZCARD', ALIVE)
end

return operations[operation](unpack(ARGV, 2))
