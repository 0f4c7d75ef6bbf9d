-- Stores an entry. KEYS: entry, order, held. Answers 1 if it is stored, 0 if what is there stays, and below 0 what is
-- lacking: -1 entries, -2 octets, -3 and -4 the same for the party.
local entry, order, held = KEYS[1], KEYS[2], KEYS[3]
local mode, base, key, now, expires = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local party, value, expected = ARGV[6], ARGV[7], ARGV[8]
local most = { entries = tonumber(ARGV[9]), octets = tonumber(ARGV[10]), share = tonumber(ARGV[11]) }
local life, swept_at_once, swept_for_room = ARGV[12], tonumber(ARGV[13]), tonumber(ARGV[14])
local size = #key + #value

sweep(base, order, held, now, swept_at_once)
local stored = redis.call('GETRANGE', entry, 0, mode == 'replace' and -1 or 534)
local ends, owner, head, counted
if stored ~= '' then
  ends, owner, head = read(stored)
  if not ends then return redis.error_reply('CORRUPT entry') end
  counted = #key + redis.call('STRLEN', entry) - head
end
local present = ends and before(now, ends)
if mode == 'insert' and present then return 0 end
if mode == 'replace' and not (present and string.sub(stored, head + 1) == expected) then return 0 end
if ends and not present then remove(entry, order, held, ends, counted, owner, key) end
if present then party = owner else counted = 0 end

local function lacking()
  local amounts = redis.call('HMGET', held, 'e', 'o', 'e' .. party, 'o' .. party)
  for index = 1, 4 do amounts[index] = tonumber(amounts[index] or 0) end
  local more = size - counted
  local entries, octets = most.entries - amounts[1], most.octets - amounts[2]
  if not present and entries < 1 then return -1, amounts end
  if more > 0 and octets < more then return -2, amounts end
  if party ~= '' then
    -- Less than `share` times what is free.
    if not present and entries <= math.floor(amounts[3] / most.share) then return -3, amounts end
    if more > 0 and amounts[4] + more > (octets - more) * most.share then return -4, amounts end
  end
  return 0, amounts
end

local why, amounts = lacking()
if why < 0 and sweep(base, order, held, now, swept_for_room) > 0 then why, amounts = lacking() end
if why < 0 then return why end

if present then redis.call('ZREM', order, member(ends, counted, owner, key)) end
local head_of_new = expires .. string.format('%03d', #party) .. party
if life == '' then
  redis.call('SET', entry, head_of_new .. value)
else
  redis.call('SET', entry, head_of_new .. value, 'PX', life)
end
local rest = redis.call('PTTL', order)
-- The member is there already if its entry was freed by Redis and is inserted again at an earlier instant.
local added = redis.call('ZADD', order, 0, member(expires, size, party, key))
local one, more = added - (present and 1 or 0), added * size - counted
if party == '' then
  redis.call('HSET', held, 'e', amounts[1] + one, 'o', amounts[2] + more)
else
  redis.call('HSET', held, 'e', amounts[1] + one, 'o', amounts[2] + more,
    'e' .. party, amounts[3] + one, 'o' .. party, amounts[4] + more)
end
-- Both outlive every entry; longer than needed, so that not every entry lengthens their lives.
if life == '' then
  if rest ~= -1 then redis.call('PERSIST', order) redis.call('PERSIST', held) end
elseif rest == -2 or (rest >= 0 and rest < tonumber(life)) then
  local longer = string.format('%.0f', tonumber(life) * 1.5)
  redis.call('PEXPIRE', order, longer)
  redis.call('PEXPIRE', held, longer)
end
return 1
