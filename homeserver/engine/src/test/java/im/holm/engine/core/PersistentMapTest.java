package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class PersistentMapTest {

    /// Few hash codes, so that buckets are reached.
    private record Colliding(int number) {
        @Override
        public int hashCode() {
            return number % 5;
        }
    }

    @Test
    void itHoldsWhatAHashMapHoldsAndOldMapsStayAsTheyWere() {
        var random = new Random(11);
        Map<Colliding, Integer> model = new HashMap<>();
        PersistentMap<Colliding, Integer> map = PersistentMap.empty();
        List<PersistentMap<Colliding, Integer>> olds = new ArrayList<>();
        List<Map<Colliding, Integer>> models = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            var key = new Colliding(random.nextInt(200));
            if (random.nextInt(3) == 0) {
                model.remove(key);
                map = map.without(key);
            } else {
                model.put(key, i);
                map = map.with(key, i);
            }
            if (i % 100 == 0) {
                olds.add(map);
                models.add(new HashMap<>(model));
            }
        }
        olds.add(map);
        models.add(model);
        for (int i = 0; i < olds.size(); i++) {
            Map<Colliding, Integer> seen = new HashMap<>();
            olds.get(i).forEach((key, value) -> assertThat(seen.put(key, value)).isNull());
            assertThat(seen).isEqualTo(models.get(i));
            assertThat(olds.get(i).size()).isEqualTo(models.get(i).size());
        }
    }
}
