-- Changes the records of an owner. KEYS: records, octets. Answers 1 if it was done, 0 if not, and below 0 what is lacking:
-- -1 records, -2 octets, -3 and -4 the same for the owner. In mode 'end' it answers how many were removed. Where replicas
-- are to confirm the answer, `confirmed` is '1'.
local records, held = KEYS[1], KEYS[2]
local mode, base, owner, name, value, expected = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local most_records, most_octets, most_of_owner = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local confirmed, most_octets_of_owner = ARGV[10], tonumber(ARGV[11])
local start = from(owner)
local member = start .. name

-- What holds nothing is not there.
local function release(octets)
  if redis.call('DECRBY', held, octets) <= 0 then redis.call('DEL', held) end
end

-- Nothing was changed. What the answer tells may be another's change that no replica has yet, and `WAIT` waits for what
-- its own connection has written: so something is written that changes nothing.
local function unchanged()
  if confirmed == '1' then release(0) end
  return 0
end

local function has_room(more)
  return more <= 0 or tonumber(redis.call('GET', held) or 0) + more <= most_octets
end

-- The members of the owner, and the octets that they count for.
local function owned()
  local members, octets = redis.call('ZRANGEBYLEX', records, behind(start, ''), to(start)), 0
  for _, one in ipairs(members) do octets = octets + size_of(base, one) end
  return members, octets
end

local function owner_has_room(more)
  if more <= 0 then return true end
  local _, octets = owned()
  return octets + more <= most_octets_of_owner
end

if mode == 'end' then
  -- All are looked at before one is removed: an error leaves everything as it is.
  local members, octets = owned()
  for _, gone in ipairs(members) do
    redis.call('DEL', base .. gone)
    redis.call('ZREM', records, gone)
  end
  if #members == 0 then return unchanged() end
  release(octets)
  return #members
end

local there = redis.call('GET', base .. member)
if mode == 'insert' then
  if there then return unchanged() end
  local octets = #owner + #name + #value
  if redis.call('ZCARD', records) >= most_records then return -1 end
  if not has_room(octets) then return -2 end
  if redis.call('ZLEXCOUNT', records, behind(start, ''), to(start)) >= most_of_owner then return -3 end
  if not owner_has_room(octets) then return -4 end
  redis.call('SET', base .. member, value)
  redis.call('ZADD', records, 0, member)
  redis.call('INCRBY', held, octets)
  return 1
end

if there ~= expected then return unchanged() end
if mode == 'replace' then
  local more = #value - #there
  if not has_room(more) then return -2 end
  if not owner_has_room(more) then return -4 end
  redis.call('SET', base .. member, value)
  redis.call('INCRBY', held, more)
else
  redis.call('DEL', base .. member)
  redis.call('ZREM', records, member)
  release(#owner + #name + #there)
end
return 1
