-- Stores an entry. KEYS: entry, order, held. Answers 1 if it is stored, 0 if what is there stays, and below 0 what is
-- lacking: -1 entries, -2 octets, -3 and -4 the same for the party.
local entry, order, held = KEYS[1], KEYS[2], KEYS[3]
-- The instants in both forms; the entry as it is stored, and its member.
local mode, key, now, score, expires, end_score = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local party, stored, mark, expected = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local most_entries, most_octets, share = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local life, base, every, swept_in_passing, swept_for_room = ARGV[14], ARGV[15], ARGV[16], ARGV[17], ARGV[18]
local size = #key + #stored - 23 - #party

-- What is held by all and by `party`, and the other two fields.
local function counts()
  local found = redis.call('HMGET', held, 'e', 'o', 'n', 'until', 'e' .. party, 'o' .. party)
  local number = tonumber
  return {
    entries = number(found[1] or 0), octets = number(found[2] or 0), stored = number(found[3] or 0),
    last = found[4], own_entries = number(found[5] or 0), own_octets = number(found[6] or 0),
  }
end

-- What is lacking for `more` octets, of a new entry or of one that is there; 0 if nothing is.
local function lacking(held_by, more, new)
  local entries, octets = most_entries - held_by.entries, most_octets - held_by.octets
  if new and entries < 1 then return -1 end
  if more > 0 and octets < more then return -2 end
  if party ~= '' then
    -- Less than `share` times what is free.
    if new and entries <= math.floor(held_by.own_entries / share) then return -3 end
    if more > 0 and held_by.own_octets + more > (octets - more) * share then return -4 end
  end
  return 0
end

local function write(blob, ...)
  if life == '' then return redis.call('SET', entry, blob, ...) end
  return redis.call('SET', entry, blob, 'PX', life, ...)
end

-- Counts what was written, in place of a member that counted for `counted` octets. Both are there already if Redis freed
-- an entry that is inserted again at an earlier instant, and if nothing changed but the value.
local function record(held_by, new_mark, old_mark, counted)
  local added, gone = redis.call('ZADD', order, end_score, new_mark), 0
  if old_mark and old_mark ~= new_mark then gone = redis.call('ZREM', order, old_mark) end
  local one, more, stored_now = added - gone, added * size - gone * counted, held_by.stored + 1
  if party == '' then
    redis.call('HSET', held, 'e', held_by.entries + one, 'o', held_by.octets + more, 'n', stored_now)
  else
    redis.call('HSET', held, 'e', held_by.entries + one, 'o', held_by.octets + more, 'n', stored_now,
      'e' .. party, held_by.own_entries + one, 'o' .. party, held_by.own_octets + more)
  end
  -- Both outlive every entry, and longer than needed, so that not every entry lengthens their lives.
  local last = held_by.last
  if life == '' then
    if last ~= 'never' then
      redis.call('PERSIST', order)
      redis.call('PERSIST', held)
      redis.call('HSET', held, 'until', 'never')
    end
  elseif not last or (last ~= 'never' and tonumber(last) < tonumber(score) + tonumber(life)) then
    local longer = tonumber(life) * 1.5
    redis.call('PEXPIRE', order, string.format('%.0f', longer))
    redis.call('PEXPIRE', held, string.format('%.0f', longer))
    redis.call('HSET', held, 'until', string.format('%.0f', tonumber(score) + longer))
  end
  if stored_now % tonumber(every) == 0 then sweep(base, order, held, now, score, swept_in_passing) end
  return 1
end

-- Most insertions find nothing under the key, and room.
local held_by = counts()
if mode == 'insert' and lacking(held_by, size, true) == 0 and write(stored, 'NX') then
  return record(held_by, mark, nil, 0)
end

local previous = redis.call('GETRANGE', entry, 0, mode == 'replace' and -1 or 534)
local ends, owner, head, counted, old_mark
if previous ~= '' then
  ends, owner, head = read(previous)
  if not ends then return redis.error_reply('CORRUPT entry') end
  counted = #key + redis.call('STRLEN', entry) - head
end
local present = ends and before(now, ends)
if mode == 'insert' and present then return 0 end
if mode == 'replace' and not (present and string.sub(previous, head + 1) == expected) then return 0 end
if present then
  -- The entry stays its party's, whoever changes it.
  if owner ~= party then
    stored = expires .. string.format('%03d', #owner) .. owner .. string.sub(stored, 24 + #party)
    party = owner
  end
  mark, old_mark = member(expires, size, party, key), member(ends, counted, owner, key)
else
  if ends then remove(entry, order, held, ends, counted, owner, key) end
  counted = 0
end
held_by = counts()
local why = lacking(held_by, size - counted, not present)
if why < 0 and sweep(base, order, held, now, score, swept_for_room) > 0 then
  held_by = counts()
  why = lacking(held_by, size - counted, not present)
end
if why < 0 then return why end
write(stored)
return record(held_by, mark, old_mark, counted)
